package io.espalier.benchmarks;

import io.espalier.host.Folders;
import io.espalier.proto.Sha256;
import io.espalier.pruning.campaign.PruningCampaign;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What results were measured with and on: those of another build or of other data are not mixed with new ones. */
public final class Origin {
    private static final String FILE = "origin.txt";

    private final String text;

    private Origin(String text) {
        this.text = text;
    }

    /** The code of benchmarks and pruning that runs now, and the folder of data that is named. */
    public static Origin of(Setting setting) throws IOException {
        return new Origin("benchmarks " + code(BenchMain.class) + "\npruning " + code(PruningCampaign.class) + "\ndata "
                + setting.data()
                        .map(data -> data.toAbsolutePath().normalize().toString())
                        .orElse("none") + "\n");
    }

    /** The digest of the jar that a class came in; builds of the same sources make the same jar. */
    private static String code(Class<?> from) throws IOException {
        try {
            Path place = Path.of(
                    from.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isDirectory(place)
                    ? place.toString()
                    : Sha256.of(Files.readAllBytes(place)).hex();
        } catch (URISyntaxException e) {
            throw new IOException("Cannot find the program that runs", e);
        }
    }

    /** The same for the same code and folder only. */
    @Override
    public String toString() {
        return text;
    }

    /** Empties a folder of results that have another origin; says whether there were any. Notes this one there. */
    boolean claim(Path results) throws IOException {
        Path file = results.resolve(FILE);
        boolean isAnothers = Files.exists(results)
                && !(Files.exists(file) && Files.readString(file).equals(text));
        if (isAnothers) {
            Folders.delete(results);
        }
        Files.createDirectories(results);
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        return isAnothers;
    }
}
