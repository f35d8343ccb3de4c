-- Signed releases of artifacts, as devices get them. Versions of one target only grow.
create sequence release_version;

create table artifact_release (
    digest         text primary key references artifact (digest),
    target         text        not null,
    version        bigint      not null,
    -- None means all.
    device_classes text[]      not null,
    root_version   bigint      not null,
    expires_at     timestamptz not null,
    envelope       bytea       not null
);
create index artifact_release_expiry on artifact_release (expires_at);

-- The newest release that each device was told to take, of each target.
create table device_release (
    device_id       text   not null,
    target          text   not null,
    release_version bigint not null,
    primary key (device_id, target)
);
