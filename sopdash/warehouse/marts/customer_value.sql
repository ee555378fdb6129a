-- What is each customer still worth? As of the day of the last paid order, before margin.
-- One row: a customer with a paid order, its first day; x repeat purchase days, t_x and t weeks from the first purchase to the last one
-- and to that day, `value` mean net sales of a repeat purchase day; then, where the models of mart.value_model hold:
-- p_alive, expected orders of the next 12 months, expected value of one, and their discounted product.
-- `value_curve`: per (x, t in days) what a customer who is active will buy; it does not depend on t_x.
with histories as (
    select
        customer, first_day, x, t_x / 7.0 as t_x, t / 7.0 as t, t as days,
        case when x > 0 then repeat_sales / x end as value,
        case when x > 0 then greatest(repeat_sales, 0) else 0 end as spent
    from purchases
),
judged as (
    select
        histories.*, model.p, model.q, model.v,
        case
            when model.r is null then null
            when x = 0 then 1
            else 1 / (1 + model.a / (model.b + x - 1)
                * exp(least(700, (model.r + x) * ln((model.alpha + t) / (model.alpha + t_x)))))
        end as p_alive
    from histories cross join mart.value_model as model
)
select
    judged.customer, judged.first_day,
    cast(judged.x as bigint) as x,
    judged.t_x, judged.t,
    cast(round(judged.value, 2) as decimal(18, 2)) as value,
    round(judged.p_alive, 6) as p_alive,
    round(judged.p_alive * curve.purchases, 6) as expected_orders,
    cast(round((judged.v + judged.spent) * judged.p / (judged.p * judged.x + judged.q - 1), 2) as decimal(18, 2)) as expected_value,
    cast(round(judged.p_alive * curve.discounted
        * (judged.v + judged.spent) * judged.p / (judged.p * judged.x + judged.q - 1), 2) as decimal(18, 2)) as clv
from judged
left join value_curve as curve on curve.x = judged.x and curve.days = judged.days
