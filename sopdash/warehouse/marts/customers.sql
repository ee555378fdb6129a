-- Who are our customers, and how good are they as of the data's last day?
-- One row: a customer of any source. Scores follow the catalogue: tiers from lifetime net sales, value from orders of the
-- last 365 days and the top share of net sales, life cycle from the day of joining and the last act, RFM by means. What
-- they are parted by stands in mart.thresholds and kept.customer_bounds and comes in as constants.
select
    customer, name, account, phone_key, channel, code, store, staff, add_way, region, gender,
    case
        when birthday is null or $born_18 is null then null
        when birthday > $born_18 then '<18'
        when birthday > $born_25 then '18-24'
        when birthday > $born_35 then '25-34'
        when birthday > $born_45 then '35-44'
        when birthday > $born_55 then '45-54'
        else '55+'
    end as age_band,
    birthday, tags, first_followed_at, first_joined_at, first_spoke_at, first_ordered_at, second_ordered_at,
    last_ordered_at, last_active_at, orders, net_sales, existing, held,
    case
        when net_sales >= $super_from then 'super'
        when net_sales > $vip_above then 'vip'
        else 'ordinary'
    end as tier,
    case
        when orders > 0 and net_sales >= $top_money and frequent_on >= $year_from then 'high'
        when orders = 1 or orders = 2 or greatest(last_spoke_at, last_clicked_at) >= $potential_from then 'potential'
        else 'ordinary'
    end as value_class,
    case
        when held_from is null then null
        when not held then 'lost'
        when held_from >= $new_from then 'new'
        when held_from >= $growing_from then 'growing'
        when last_active_at >= $active_from then 'mature'
        else 'silent'
    end as life_cycle,
    case
        when orders = 0 then null
        when last_ordered_at >= $recent_from then
            case
                when orders > $orders_above then case when net_sales > $money_above then '111' else '110' end
                when net_sales > $money_above then '101'
                else '100'
            end
        when orders > $orders_above then case when net_sales > $money_above then '011' else '010' end
        when net_sales > $money_above then '001'
        else '000'
    end as rfm_class,
    opted_out, held_from, greatest(last_spoke_at, last_clicked_at) as last_interacted_at,
    last_spoke_at, last_clicked_at, last_left_at, last_refunded_at, in_group
from kept.customer_facts
