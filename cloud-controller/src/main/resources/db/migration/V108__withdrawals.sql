-- Whether the broker has confirmed that it holds nothing of an artifact any more. Of those that are there already nobody knows.
alter table artifact add column withdrawn boolean not null default false;
