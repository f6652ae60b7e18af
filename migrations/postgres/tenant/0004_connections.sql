-- On which node each device last said hello. A writer judges nothing of a device that is connected to another node by
-- then: what it still holds comes from a connection that the device has left.
create table connections (
    device uuid primary key,
    node   uuid not null
);
