-- How satisfied are customers?
-- One row: an answer.
select
    surveys.survey_id, surveys.staff, staff_homes.store,
    coalesce(external.customer, phone.customer) as customer,
    surveys.at,
    cast(surveys.at as date) as day,
    surveys.kind, surveys.score
from fact.surveys
left join staff_homes on staff_homes.name = surveys.staff
left join mart.identities as external on external.kind = 'external_id' and external.value = surveys.external_id
left join mart.identities as phone on phone.kind = 'phone' and phone.value = surveys.phone_key
