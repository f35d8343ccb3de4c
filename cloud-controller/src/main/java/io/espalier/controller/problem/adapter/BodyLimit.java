package io.espalier.controller.problem.adapter;

import io.espalier.controller.problem.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** JSON bodies end at one mebibyte, whatever they say of their length. Uploads have bounds of their own. */
final class BodyLimit {
    private static final long MAX_JSON_BYTES = 1024 * 1024;

    @ServerRequestFilter(priority = 2000)
    public void bound(ContainerRequestContext request) {
        if (request.getMediaType() != null
                && MediaType.APPLICATION_OCTET_STREAM_TYPE.isCompatible(request.getMediaType())) {
            return;
        }
        if (request.getLength() > MAX_JSON_BYTES) {
            throw tooLarge();
        }
        if (request.getLength() < 0 && request.hasEntity()) {
            request.setEntityStream(new Bounded(request.getEntityStream()));
        }
    }

    private static RuntimeException tooLarge() {
        return Problem.of(
                        413,
                        "body-too-large",
                        "Body too large",
                        "A JSON body takes at most " + MAX_JSON_BYTES + " bytes")
                .exception();
    }

    private static final class Bounded extends FilterInputStream {
        private long left = MAX_JSON_BYTES;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            return value < 0 ? value : counted(value, 1);
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            int read = super.read(bytes, from, count);
            return read < 0 ? read : counted(read, read);
        }

        private int counted(int value, int bytes) {
            left -= bytes;
            if (left < 0) {
                throw tooLarge();
            }
            return value;
        }
    }
}
