package io.espalier.controller.dataset;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names a data set; safe as a folder's name. */
public record DatasetId(String value) {
    private static final Pattern LEGAL = Pattern.compile("d-[0-9a-f]{12}");

    public DatasetId {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not a data set id, such as d-0123456789ab");
        }
    }

    public static DatasetId draw(SecureRandom random) {
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        return new DatasetId("d-" + HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return value;
    }
}
