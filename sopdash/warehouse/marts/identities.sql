-- Which customer does an external id, a union id, a shop account, a phone or a WeCom name belong to?
-- One row: one identity. `kind` is external_id, unionid, account (platform|shop|account), bare_account (an account named
-- without its shop), phone (key), name (WeCom name), and, for rows that no key names, follow and member (their ids).
-- `customer` is a hash of the smallest identity of the connected set, so it depends on the data alone.
-- A name is a weak key: only where it carries at most one strong identity and at most five follows, each with another
-- member of staff; names of two people would merge strangers.
with strong as (
    select node, coalesce(labels.label, node) as label
    from (
        select external_node as node from strong_nodes
        union
        select unionid_node from strong_nodes
        union
        select account_node from strong_nodes
        union
        select phone_node from strong_nodes
    ) as nodes
    left join labels using (node)
    where node is not null
),
named as (
    select strong_nodes.name, strong.label
    from strong_nodes left join strong on strong.node = strong_nodes.first_node
    where strong_nodes.name is not null
),
follow_people as (
    select
        follows.name, follows.follow_id,
        coalesce(follows.staff_account, follows.staff, '') as staff,
        coalesce(external.label, unionid.label, account.label, phone.label, '6follow:' || follows.follow_id) as person
    from fact.follows
    left join account_labels on account_labels.account = follows.account
    left join strong as external on external.node = '1external_id:' || follows.external_id
    left join strong as unionid on unionid.node = '2unionid:' || follows.unionid
    left join strong as account on account.node = '3account:' || account_labels.label
    left join strong as phone on phone.node = '4phone:' || follows.phone_key
),
follow_counts as (
    select name, count(distinct staff) as staff, count(*) as relations
    from (select distinct name, staff, person from follow_people)
    group by name
),
name_people as (
    select named.name, coalesce(min(named.label), '5name:' || named.name) as label
    from named left join follow_counts on follow_counts.name = named.name
    group by named.name
    having count(distinct named.label) <= 1
        and coalesce(max(follow_counts.relations), 0) <= 5
        and coalesce(max(follow_counts.relations), 0) = coalesce(max(follow_counts.staff), 0)
),
lone_follows as (
    select follow_id from follow_people
    where person like '6follow:%' and (name is null or name not in (select name from name_people))
),
lone_members as (
    select membership_id from fact.group_members as members
    left join account_labels on account_labels.account = members.account
    where not coalesce(members.is_staff, members.name in (select name from staff_names), false)
        and (members.name is null or members.name not in (select name from name_people))
        and coalesce('1external_id:' || nullif(members.external_id, ''), '') not in (select node from strong)
        and coalesce('2unionid:' || nullif(members.unionid, ''), '') not in (select node from strong)
        and coalesce('3account:' || account_labels.label, '') not in (select node from strong)
        and coalesce('4phone:' || nullif(members.phone_key, ''), '') not in (select node from strong)
),
people as (
    select
        case substr(node, 1, 1) when '1' then 'external_id' when '2' then 'unionid' when '3' then 'account' else 'phone' end as kind,
        case substr(node, 1, 1)
            when '1' then substr(node, 14)
            when '2' then substr(node, 10)
            when '3' then substr(node, 10)
            else substr(node, 8)
        end as value,
        label
    from strong
    union all
    select 'bare_account', account_labels.account, strong.label
    from account_labels join strong on strong.node = '3account:' || account_labels.label
    union all
    select 'name', name, label from name_people
    union all
    select 'follow', follow_id, '6follow:' || follow_id from lone_follows
    union all
    select 'member', membership_id, '7member:' || membership_id from lone_members
)
select kind, value, cast(md5_number_lower(label) & 9223372036854775807 as bigint) as customer from people
