-- What are those still worth who first bought on a day?
-- One row: a first day × channel of the customers × whether it brought them (`brought`: followed, and no buyers before) with
-- the sums of mart.customer_value, and of how many customers each is known.
select
    customer_value.first_day, customers.channel,
    customers.channel is not null and customers.existing is not true as brought,
    count(*) as customers,
    sum(customer_value.clv) as clv,
    count(customer_value.clv) as of_clv,
    sum(cast(customer_value.expected_orders as decimal(18, 6))) as expected_orders,
    count(customer_value.expected_orders) as of_orders,
    sum(cast(customer_value.p_alive as decimal(18, 6))) as p_alive,
    count(customer_value.p_alive) as of_alive
from mart.customer_value left join mart.customers on customers.customer = customer_value.customer
group by 1, 2, 3
