-- One row: a customer who asked not to be contacted.
select 'o' || k as opt_out_id, external_id, phone_key, moment as "at", '短信' as channel from drawn where kind = 'opt_out'
