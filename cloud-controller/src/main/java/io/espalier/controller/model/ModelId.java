package io.espalier.controller.model;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names a base model; safe as a folder's name. */
public record ModelId(String value) {
    private static final Pattern LEGAL = Pattern.compile("m-[0-9a-f]{12}");

    public ModelId {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not a model id, such as m-0123456789ab");
        }
    }

    public static ModelId draw(SecureRandom random) {
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        return new ModelId("m-" + HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return value;
    }
}
