-- Where to read on; written in the transaction that stores what was read.
create table telemetry_offset (
    topic       text    not null,
    partition   integer not null,
    next_offset bigint  not null,
    primary key (topic, partition)
);

-- Windows that were counted; a window that comes again is not counted again.
create table telemetry_seen (
    device_id   text        not null,
    epoch       bigint      not null,
    sequence    bigint      not null,
    received_at timestamptz not null,
    primary key (device_id, epoch, sequence)
);
create index telemetry_seen_received on telemetry_seen (received_at);

create table telemetry_minute (
    device_id      text        not null,
    variant_digest text        not null,
    minute         timestamptz not null,
    histogram      bytea       not null,
    inferences     bigint      not null,
    errors         bigint      not null,
    labelled       bigint      not null,
    correct        bigint      not null,
    primary key (device_id, minute, variant_digest)
);

create table telemetry_variant (
    device_id      text        not null,
    variant_digest text        not null,
    histogram      bytea       not null,
    inferences     bigint      not null,
    errors         bigint      not null,
    labelled       bigint      not null,
    correct        bigint      not null,
    last_at        timestamptz not null,
    primary key (device_id, variant_digest)
);

-- Records that cannot be read, the newest few, for a look by hand.
create table telemetry_unreadable (
    topic         text        not null,
    partition     integer     not null,
    record_offset bigint      not null,
    reason        text        not null,
    payload       bytea       not null,
    received_at   timestamptz not null,
    primary key (topic, partition, record_offset)
);
