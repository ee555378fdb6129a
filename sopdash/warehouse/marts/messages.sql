-- Who spoke when, and where?
-- One row: a message in a group. `weekday` 0 is Monday; `customer` is NULL for staff and for names that several people bear.
with placed as (
    select
        messages.*,
        coalesce(by_id.key, by_name.key) as key,
        coalesce(messages.is_staff, messages.sender in (select name from kept.staff_names), false) as staff_known,
        cast(messages.sent_at as date) as day
    from fact.messages
    left join kept.group_names as by_id on by_id.kind = 'id' and by_id.written = messages.group_id
    left join kept.group_names as by_name on by_name.kind = 'name' and by_name.written = messages.group_name
)
select
    groups."group",
    case when not placed.staff_known then coalesce(people.customer, named.customer) end as customer,
    placed.sender,
    placed.staff_known as is_staff,
    placed.sent_at,
    placed.day,
    cast(extract(hour from placed.sent_at) as bigint) as hour,
    date_diff('day', date '1900-01-01', placed.day) % 7 as weekday,
    placed.kind
from placed
left join mart.groups on groups.key = placed.key
left join kept.people on people.number = hash('1external_id:' || nullif(placed.external_id, ''))
left join name_people as named on named.name = placed.sender
