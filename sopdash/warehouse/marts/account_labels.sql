-- Which shop account does a bare account name mean, where a file names no shop?
-- One row: an account name that some file names without a shop, and the label platform|shop|account it stands for; names
-- used in several shops are left out.
with bare as (
    select distinct account from customer_mentions where shop is null and account is not null
)
select account, coalesce(min(shop), '|') || '|' || account as label
from customer_mentions semi join bare using (account)
group by account
having min(shop) is not distinct from max(shop)
