package io.espalier.controller.upgrade;

import static io.espalier.controller.Operator.operator;
import static io.espalier.controller.Operator.uploader;

/** How an operator brings programs to devices. */
public final class Ordering {
    private Ordering() {}

    /** Uploads an archive; gives the digest of the program in it. */
    public static String upload(byte[] archive) {
        return uploader()
                .body(archive)
                .post("/api/v1/programs")
                .then()
                .statusCode(201)
                .extract()
                .path("digest");
    }

    /** Orders a program for one device; gives the id of the order. */
    public static String order(String program, String device) {
        return place(program, "\"devices\":[\"" + device + "\"]");
    }

    static String orderForGroup(String program, String group) {
        return place(program, "\"group\":\"" + group + "\"");
    }

    private static String place(String program, String whom) {
        return operator()
                .body("{\"program\":\"" + program + "\"," + whom + "}")
                .post("/api/v1/upgrades")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }
}
