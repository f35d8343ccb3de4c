-- Long work for worker processes.
create table job (
    id               text primary key,
    kind             text        not null,
    state            text        not null check (state in ('queued', 'running', 'done', 'refused', 'failed', 'cancelled')),
    model_id         text        not null,
    device_id        text,
    shared_key       text,
    specification    jsonb       not null,
    attempt          integer     not null default 0,
    stage            text,
    done             bigint,
    total            bigint,
    seconds_left     bigint,
    message          text,
    cancel_requested boolean     not null default false,
    outcome          text,
    result           jsonb,
    announced        boolean     not null default false,
    created_at       timestamptz not null,
    started_at       timestamptz,
    finished_at      timestamptz
);
-- Requests with the same key share one job that is not finished yet.
create unique index job_shared on job (shared_key) where state in ('queued', 'running');
create index job_created on job (created_at);
create index job_to_announce on job (finished_at) where finished_at is not null and not announced;

-- Leases of db-scheduler.
create table scheduled_tasks (
    task_name            text                     not null,
    task_instance        text                     not null,
    task_data            bytea,
    execution_time       timestamp with time zone not null,
    picked               boolean                  not null,
    picked_by            text,
    last_success         timestamp with time zone,
    last_failure         timestamp with time zone,
    consecutive_failures integer,
    last_heartbeat       timestamp with time zone,
    version              bigint                   not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
create index scheduled_tasks_priority on scheduled_tasks (priority desc, execution_time asc);
