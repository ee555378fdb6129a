-- Which of the mentions are of customers?
-- One row: a mention that is not of a member of staff, by the file's word or by a name known as staff's.
select * from kept.mentions where not coalesce(is_staff, name in (select name from kept.staff_names), false)
