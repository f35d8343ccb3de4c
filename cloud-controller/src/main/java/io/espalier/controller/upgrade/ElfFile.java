package io.espalier.controller.upgrade;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tells for which processor a native library was built.
 *
 * <p><i>Source:</i> System V ABI, "ELF Header"; numbers of machines as registered there.
 */
final class ElfFile {
    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final int ENCODING = 5;
    private static final int LITTLE_ENDIAN = 1;
    private static final int MACHINE = 18;
    /** By the names that Java has for them. */
    private static final Map<Integer, String> MACHINES = Map.of(0x3e, "amd64", 0xb7, "aarch64");

    private ElfFile() {}

    static String arch(Path file) throws IOException, UnusableProgramException {
        byte[] header;
        try (InputStream in = Files.newInputStream(file)) {
            header = in.readNBytes(MACHINE + 2);
        }
        if (header.length < MACHINE + 2 || !startsWithMagic(header) || header[ENCODING] != LITTLE_ENDIAN) {
            throw new UnusableProgramException(
                    file.getFileName() + " is not a library of Linux on a processor that is known here");
        }
        int machine = (header[MACHINE] & 0xff) | (header[MACHINE + 1] & 0xff) << 8;
        String arch = MACHINES.get(machine);
        if (arch == null) {
            throw new UnusableProgramException(
                    file.getFileName() + " is for machine " + machine + "; known are " + MACHINES);
        }
        return arch;
    }

    private static boolean startsWithMagic(byte[] header) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (header[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }
}
