package io.espalier.controller.device.adapter;

import io.espalier.controller.problem.Problem;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Fields of what an agent sent, or the problem with them. */
final class Given {
    private static final int LONGEST_TEXT = 256;
    private static final int LONGEST_BASE64 = 8192;

    private Given() {}

    static String required(String field, @Nullable String value) {
        return required(field, value, LONGEST_TEXT);
    }

    static byte[] base64(String field, @Nullable String value) {
        try {
            return Base64.getDecoder().decode(required(field, value, LONGEST_BASE64));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(field, "Field \"" + field + "\" is not Base64")
                    .exception();
        }
    }

    private static String required(String field, @Nullable String value, int longest) {
        if (value == null || value.isBlank()) {
            throw Problem.invalid(field, "Field \"" + field + "\" is missing").exception();
        }
        if (value.length() > longest) {
            throw Problem.invalid(field, "Field \"" + field + "\" is longer than " + longest + " characters")
                    .exception();
        }
        return value;
    }
}
