package io.espalier.pruning.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over class names, labels and decoded values: the same data has the same digest in any format. */
final class ContentDigest {
    private ContentDigest() {}

    static String of(List<String> classNames, Samples train, Samples test) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
        classNames.forEach(name -> sha256.update((name + '\0').getBytes(StandardCharsets.UTF_8)));
        for (Samples part : List.of(train, test)) {
            sha256.update((part.shape() + " " + part.size() + '\0').getBytes(StandardCharsets.UTF_8));
            float[] row = new float[part.shape().values()];
            ByteBuffer bytes = ByteBuffer.allocate(4 * row.length);
            for (int i = 0; i < part.size(); i++) {
                sha256.update(ByteBuffer.allocate(4).putInt(0, part.label(i)));
                if (part instanceof ByteSamples integral) {
                    sha256.update(integral.planar(i));
                } else {
                    part.copyRaw(i, row, 0);
                    bytes.clear().asFloatBuffer().put(row);
                    sha256.update(bytes);
                }
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
