-- Which campaigns are there?
-- One row: a campaign.
select * from fact.campaigns
