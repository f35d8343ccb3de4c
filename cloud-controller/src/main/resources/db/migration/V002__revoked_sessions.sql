-- Sessions that were logged out before they expired.
create table revoked_session (
    id         text primary key,
    expires_at timestamptz not null
);
