package io.espalier.proto;

import java.util.regex.Pattern;

/** Names a device within its tenant: 1 to 64 letters, digits, hyphens or underscores, safe in every topic and path. */
public record DeviceId(String value) {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public DeviceId {
        if (!isLegal(value)) {
            throw new IllegalArgumentException(
                    "Device id \"" + value
                            + "\" is not legal: use 1 to 64 letters, digits, hyphens or underscores, such as \"line3-camera_2\"");
        }
    }

    /** Whether it could name a device. */
    public static boolean isLegal(String value) {
        return LEGAL.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
