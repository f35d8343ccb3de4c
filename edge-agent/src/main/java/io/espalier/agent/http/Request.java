package io.espalier.agent.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request that was read whole. Names of headers are in lower case; a HEAD is a GET whose answer loses its body. */
public record Request(String method, String path, Map<String, String> headers, byte[] body) {

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
