-- A deployment on the machine that had the device's name before; it says nothing of the present one.
alter table deployment add column former_machine boolean not null default false;
