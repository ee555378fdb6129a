-- How many customers are of each class, and what are they worth?
-- One row: a combination of tier, value class, RFM class and life cycle that customers have.
select
    tier, value_class, rfm_class, life_cycle,
    count(*) as customers,
    count(*) filter (orders > 0) as buyers,
    cast(sum(orders) as bigint) as orders,
    sum(net_sales) as net_sales
from mart.customers
group by tier, value_class, rfm_class, life_cycle
