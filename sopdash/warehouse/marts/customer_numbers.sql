-- By which small whole number does a customer go, who is known now and was not before?
-- One row: a customer new to kept.customer_numbers. Customers keep their number as long as they are known, so that sums by
-- customer over millions of rows can go by place in an array.
select
    customer,
    cast(row_number() over (order by customer) + (select coalesce(max(number), -1) from kept.customer_numbers) as integer) as number
from (select distinct customer from mart.identities) as known anti join kept.customer_numbers using (customer)
