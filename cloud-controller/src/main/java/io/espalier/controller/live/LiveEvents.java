package io.espalier.controller.live;

/**
 * Announces changes after they are committed. In one process they arrive as CDI events of their own type and as
 * server-sent events; with more replicas the same port is to be fed through PostgreSQL's notify.
 */
public interface LiveEvents {
    void publish(Change change);
}
