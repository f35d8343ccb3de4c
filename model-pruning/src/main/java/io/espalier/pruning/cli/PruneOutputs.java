package io.espalier.pruning.cli;

import io.espalier.host.FileTrouble;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.report.Report;
import io.espalier.pruning.report.ReportJson;
import io.espalier.pruning.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The places where one run leaves its results, all of them known to be writable. */
final class PruneOutputs implements AutoCloseable {
    /** Where a run works: the result of an earlier one stays whole beside it. */
    private static final String UNFINISHED = "unfinished";

    static final String IMPORTED = "imported.onnx";

    private final Path out;
    private final Optional<OutputFile> page;
    private final Optional<OutputFile> json;
    private final Optional<OutputFile> profile;
    private @Nullable FolderClaim claim;

    private PruneOutputs(Path out, Optional<OutputFile> page, Optional<OutputFile> json, Optional<OutputFile> profile) {
        this.out = out;
        this.page = page;
        this.json = json;
        this.profile = profile;
    }

    /**
     * Checks the files and writes nothing.
     *
     * @param inputs files that must not be written over
     * @param complaints hears what is wrong with them
     */
    static PruneOutputs checked(
            Path out,
            @Nullable Path page,
            @Nullable Path json,
            @Nullable Path profile,
            List<Path> inputs,
            Complaints complaints) {
        return new PruneOutputs(
                out,
                file("--report", page, inputs, complaints),
                file("--json", json, inputs, complaints),
                file("--save-profile", profile, inputs, complaints));
    }

    private static Optional<OutputFile> file(
            String option, @Nullable Path path, List<Path> inputs, Complaints complaints) {
        return Optional.ofNullable(path)
                .flatMap(each -> complaints.check(() -> OutputFile.checked(option, each, inputs)));
    }

    /**
     * Makes the folders and keeps them to this run until it is closed. A result that an earlier run had whole when it was
     * killed is put into its place first.
     */
    void open() {
        try {
            Files.createDirectories(out);
            claim = FolderClaim.take(out);
            Files.createDirectories(unfinished());
        } catch (IOException e) {
            throw new InvalidInputException(
                    "--out cannot be used",
                    "the folder " + out + " cannot be made or written to (" + FileTrouble.inWords(e)
                            + "): name one where you may write");
        }
        if (work().hasResult()) {
            publish();
        }
        work().remove(IMPORTED);
    }

    private void publish() {
        new JobFolder(out).takeResultFrom(work());
        JobCheckpoints.clear(work());
        work().remove(KeptTimings.NAME);
    }

    /** Takes away what no later run goes on from. */
    void tidy() {
        work().remove(IMPORTED);
        if (!JobCheckpoints.areIn(work())) {
            work().remove(KeptTimings.NAME);
        }
        deleteIfEmpty(unfinished());
    }

    /** Leaves the folder to other runs; without a result in it, there is none that looks like one. */
    @Override
    public void close() {
        if (claim != null) {
            claim.close();
            deleteIfEmpty(out);
        }
    }

    private static void deleteIfEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isEmpty()) {
                Files.delete(folder);
            }
        } catch (IOException e) {
            // An empty folder too many does no harm; what went wrong before is what has to be told.
        }
    }

    private Path unfinished() {
        return out.resolve(UNFINISHED);
    }

    /** Where a run works. What is left in it by one that was stopped, the next one goes on from. */
    JobFolder work() {
        return new JobFolder(unfinished());
    }

    /** Where a Keras model is put once it is brought over: its result keeps it, being what the variant was made of. */
    Path imported() {
        return unfinished().resolve(IMPORTED);
    }

    /**
     * Writes how it ended. A variant takes the place of what an earlier run left; where none was made, an earlier one stays,
     * with its own result.
     *
     * @return what became of the earlier result, for a person; empty where there was none
     */
    Optional<String> finish(Outcome outcome) {
        JobFolder folder = new JobFolder(out);
        boolean earlier = folder.hasVariant();
        if (outcome.madeSomething()) {
            work().writeResult(outcome);
            publish();
        } else if (!earlier) {
            folder.writeResult(outcome);
        }
        tidy();
        return earlier
                ? Optional.of(
                        outcome.madeSomething()
                                ? "The earlier result in " + out + " was replaced."
                                : out + " still holds the result of an earlier run.")
                : Optional.empty();
    }

    /** Where images are kept as they were decoded, for all runs on the same data. */
    static Path decodedImages() {
        return Path.of(System.getProperty("espalier.home", ".espalier")).resolve("decoded");
    }

    void keep(DeviceTimings measured) {
        profile.ifPresent(file -> file.write(ProfileJson.bytes(measured)));
    }

    /** Writes the page and the JSON where they were asked for. */
    void keep(Report report) {
        page.ifPresent(file -> file.write(ReportPage.bytes(report)));
        json.ifPresent(file -> file.write(ReportJson.bytes(report)));
    }

    /**
     * What can be found where, in the order a person looks for it.
     *
     * @param variant whether one was made
     * @param decoded whether images were decoded, or found decoded
     */
    Map<String, String> written(boolean variant, boolean decoded) {
        Map<String, String> files = new LinkedHashMap<>();
        if (variant) {
            files.put("model", out.resolve(VariantResult.MODEL).toString());
            files.put("provenance", out.resolve(VariantResult.PROVENANCE).toString());
            files.put("golden samples", out.resolve(VariantResult.GOLDEN).toString());
        }
        profile.ifPresent(file -> files.put("profile", file.path().toString()));
        page.ifPresent(file -> files.put("report", file.path().toString()));
        json.ifPresent(file -> files.put("report as JSON", file.path().toString()));
        if (decoded && Files.isDirectory(decodedImages())) {
            files.put("decoded images", decodedImages() + ", for later runs; may be deleted");
        }
        return files;
    }
}
