-- On which day ends what the models of lifetime value see, where they are checked against the last third of the weeks?
-- One row; NULL without purchases.
select max(day) - cast(floor((max(day) - min(day) + 1) / 3.0) as integer) as seen_until
from mart.customer_days
where orders > 0
