package io.espalier.demo.api;

import java.net.http.HttpRequest;
import java.util.function.Supplier;

/** One call, in a form that can be sent again. */
record Call(String method, String path, String contentType, Supplier<HttpRequest.BodyPublisher> body) {
    static Call get(String path) {
        return new Call("GET", path, "", HttpRequest.BodyPublishers::noBody);
    }

    static Call json(String method, String path, String json) {
        return new Call(method, path, "application/json", () -> HttpRequest.BodyPublishers.ofString(json));
    }

    static Call bytes(String path, Supplier<HttpRequest.BodyPublisher> body) {
        return new Call("POST", path, "application/octet-stream", body);
    }

    @Override
    public String toString() {
        int query = path.indexOf('?');
        return method + " " + (query < 0 ? path : path.substring(0, query));
    }
}
