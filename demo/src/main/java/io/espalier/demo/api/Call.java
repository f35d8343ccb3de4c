package io.espalier.demo.api;

import java.net.http.HttpRequest;
import java.util.function.Supplier;

/**
 * One call, in a form that can be sent again.
 *
 * @param isOnce whether it must not be sent again where the first may have been carried out
 */
record Call(String method, String path, String contentType, Supplier<HttpRequest.BodyPublisher> body, boolean isOnce) {
    static Call get(String path) {
        return new Call("GET", path, "", HttpRequest.BodyPublishers::noBody, false);
    }

    static Call json(String method, String path, String json) {
        return new Call(method, path, "application/json", () -> HttpRequest.BodyPublishers.ofString(json), false);
    }

    static Call bytes(String path, Supplier<HttpRequest.BodyPublisher> body) {
        return new Call("POST", path, "application/octet-stream", body, false);
    }

    Call once() {
        return new Call(method, path, contentType, body, true);
    }

    @Override
    public String toString() {
        int query = path.indexOf('?');
        return method + " " + (query < 0 ? path : path.substring(0, query));
    }
}
