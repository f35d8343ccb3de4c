package io.espalier.tls;

import io.espalier.proto.Sha256;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an operator hands to a device, in one line: where the controller is, the token that lets the device in, and by
 * which authority it knows the controller at first sight. {@code https://HOST:PORT#token=TOKEN&ca=SHA256}: what stands
 * behind the number sign is not sent to anybody, should somebody open the line in a browser.
 *
 * @param authority of the authority's certificate
 */
public record ClaimBundle(URI controller, String token, Sha256 authority) {
    private static final Pattern LINE =
            Pattern.compile("(https://[^/?#\\s]{1,300})/?#token=([A-Za-z0-9_-]{1,200})&ca=([0-9a-f]{64})");

    public ClaimBundle {
        if (!LINE.matcher(line(controller, token, authority)).matches()) {
            throw new IllegalArgumentException(
                    "A claim bundle needs an address such as https://controller.example:8443," + " got " + controller
                            + ", and a token of letters, digits, hyphens and underscores");
        }
    }

    /** Reads {@link #line()}. */
    public static ClaimBundle parse(String text) {
        Matcher matcher = LINE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("it is not of the form https://HOST:PORT#token=TOKEN&ca=SHA256: copy the"
                    + " whole line that the controller gave");
        }
        return new ClaimBundle(URI.create(matcher.group(1)), matcher.group(2), new Sha256(matcher.group(3)));
    }

    public String line() {
        return line(controller, token, authority);
    }

    private static String line(URI controller, String token, Sha256 authority) {
        return controller + "#token=" + token + "&ca=" + authority;
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "ClaimBundle[" + controller + ", ca=" + authority + "]";
    }
}
