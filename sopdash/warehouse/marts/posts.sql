-- What was published, with what effect so far?
-- One row: a post.
select *, cast(published_at as date) as day from fact.posts
