package io.espalier.controller.upgrade;

import io.espalier.fuzz.Fuzzing;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TarFuzzTest {
    @Test
    void isReadOrRefused() throws IOException, InterruptedException {
        Fuzzing.of(Archive.class)
                .from(ToyProgram.of("1", ToyProgram.AMD64).tar())
                .findsNothing();
    }

    /** Entry by entry, every other one to its end. */
    public static final class Archive {
        private Archive() {}

        public static void fuzzerTestOneInput(byte[] tar) throws IOException {
            TarReader reader = new TarReader(new ByteArrayInputStream(tar));
            byte[] buffer = new byte[1000];
            try {
                int entries = 0;
                for (TarReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
                    long left = entry.sizeBytes();
                    for (int n = 0; entries % 2 == 0 && n >= 0; n = reader.read(buffer)) {
                        left -= n;
                    }
                    if (entries % 2 == 0 && left != 0) {
                        throw new IllegalStateException(left + " bytes too few or too many of " + entry);
                    }
                    entries++;
                }
            } catch (UnusableProgramException | EOFException expected) {
                return; // What is asked of it.
            }
        }
    }
}
