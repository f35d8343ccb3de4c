package io.espalier.pruning.cli;

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
final class PruneOutputs {
    private final Path out;
    private final Optional<OutputFile> page;
    private final Optional<OutputFile> json;
    private final Optional<OutputFile> profile;

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

    /** Makes the folder. */
    void open() {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The result cannot be kept",
                    "No folder can be made at " + out + " (" + e + "): give another with --out");
        }
    }

    /** Where there is no result, no folder is left that looks like one. */
    void leaveNoEmptyFolder() {
        try (Stream<Path> files = Files.list(out)) {
            if (files.findAny().isEmpty()) {
                Files.delete(out);
            }
        } catch (IOException e) {
            // An empty folder too many does no harm; what went wrong before is what has to be told.
        }
    }

    JobFolder folder() {
        return new JobFolder(out);
    }

    void keep(DeviceTimings measured) {
        profile.ifPresent(file -> file.write(ProfileJson.bytes(measured)));
    }

    /** Writes the page and the JSON where they were asked for. */
    void keep(Report report) {
        page.ifPresent(file -> file.write(ReportPage.bytes(report)));
        json.ifPresent(file -> file.write(ReportJson.bytes(report)));
    }

    /** What can be found where, in the order a person looks for it. */
    Map<String, String> written(boolean variant) {
        Map<String, String> files = new LinkedHashMap<>();
        if (variant) {
            files.put("model", out.resolve(VariantResult.MODEL).toString());
            files.put("provenance", out.resolve(VariantResult.PROVENANCE).toString());
            files.put("golden samples", out.resolve(VariantResult.GOLDEN).toString());
        }
        profile.ifPresent(file -> files.put("profile", file.path().toString()));
        page.ifPresent(file -> files.put("report", file.path().toString()));
        json.ifPresent(file -> files.put("report as JSON", file.path().toString()));
        return files;
    }
}
