package io.espalier.controller.live.adapter;

import io.espalier.controller.problem.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Instant;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Server-sent events: {@code device}, {@code job} and {@code model}, each with the JSON of its GET. {@code live} comes first: what
 * changes after it is told.
 */
@Path("/api/v1")
public final class LiveResource {
    private static final int MOST_LISTENERS = 200;
    /** A browser that lags further behind is cut off; it reconnects and reads everything anew. */
    private static final int BUFFERED_EVENTS = 2048;

    private final LiveBroadcast broadcast;
    private final SecurityIdentity identity;

    LiveResource(LiveBroadcast broadcast, SecurityIdentity identity) {
        this.broadcast = broadcast;
        this.identity = identity;
    }

    @GET
    @Operation(summary = "Follow the changes of devices")
    @Path("/live")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    public Multi<OutboundSseEvent> follow(@Context Sse sse) {
        if (broadcast.listeners() >= MOST_LISTENERS) {
            throw Problem.of(
                            503,
                            "too-many-listeners",
                            "Too many live connections",
                            "At most " + MOST_LISTENERS + " at a time; poll GET /api/v1/devices instead")
                    .exception();
        }
        if (!(identity.getPrincipal() instanceof JsonWebToken session)) {
            throw new IllegalStateException("The access filter lets nobody in without a session");
        }
        String id = session.getTokenID();
        Instant until = Instant.ofEpochSecond(session.getExpirationTime());
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            LiveBroadcast.Listener listener = new LiveBroadcast.Listener(
                                    id, until, message -> emitter.emit(event(sse, message)), emitter::complete);
                            emitter.onTermination(() -> broadcast.remove(listener));
                            // Whoever reads "live" then reads the fleet: no change may fall between the two.
                            broadcast.add(listener);
                            emitter.emit(event(sse, LiveBroadcast.Message.LIVE));
                        },
                        BUFFERED_EVENTS);
    }

    private static OutboundSseEvent event(Sse sse, LiveBroadcast.Message message) {
        return message.data()
                .map(data -> sse.newEventBuilder()
                        .name(message.event())
                        .mediaType(MediaType.TEXT_PLAIN_TYPE)
                        .data(String.class, data)
                        .build())
                .orElseGet(() -> sse.newEventBuilder().comment(message.event()).build());
    }
}
