-- Which shop account does a bare account name mean, where a file names no shop?
-- One row: an account name and the label platform|shop|account it stands for; names used in several shops are left out.
select account, coalesce(min(shop), '|') || '|' || account as label
from customer_mentions
where account is not null
group by account
having min(shop) is not distinct from max(shop)
