-- Programs of the agent, each for one processor.
alter table artifact drop constraint artifact_kind_check;
alter table artifact add constraint artifact_kind_check check (kind in ('variant', 'probe-suite', 'agent'));

create table program (
    digest         text primary key references artifact (digest),
    version        text        not null,
    arch           text        not null,
    size_bytes     bigint      not null,
    -- Of the archive that was uploaded first.
    archive_digest text        not null,
    uploaded_at    timestamptz not null
);

-- One program for some devices, a batch at a time.
create table upgrade_order (
    id             text primary key,
    ordinal        bigint generated always as identity,
    program_digest text        not null references program (digest),
    batch_size     integer     not null check (batch_size > 0),
    state          text        not null check (state in ('running', 'done', 'stopped', 'cancelled')),
    reason         text        not null,
    created_at     timestamptz not null,
    changed_at     timestamptz not null
);

-- What the order has come to on each of its devices.
create table upgrade_step (
    order_id       text        not null references upgrade_order (id) on delete cascade,
    position       integer     not null,
    device_id      text        not null,
    state          text        not null
        check (state in ('waiting', 'under-way', 'upgraded', 'failed', 'withdrawn', 'left-out')),
    detail         text        not null,
    version_before text,
    changed_at     timestamptz not null,
    primary key (order_id, device_id)
);
create index upgrade_step_device on upgrade_step (device_id);

alter table device_desired add column program_digest text references program (digest);

alter table device_report
    add column upgradable boolean not null default false,
    add column program_digest text,
    add column program_refused text,
    add column program_refused_why text;
