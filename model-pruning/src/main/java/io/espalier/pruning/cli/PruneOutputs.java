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
     * Makes the folder and checks the files.
     *
     * @param inputs files that must not be written over
     */
    static PruneOutputs checked(
            Path out, @Nullable Path page, @Nullable Path json, @Nullable Path profile, List<Path> inputs) {
        PruneOutputs outputs = new PruneOutputs(
                out,
                file("--report", page, inputs),
                file("--json", json, inputs),
                file("--save-profile", profile, inputs));
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The result cannot be kept",
                    "No folder can be made at " + out + " (" + e + "): give another with --out");
        }
        return outputs;
    }

    private static Optional<OutputFile> file(String option, @Nullable Path path, List<Path> inputs) {
        return Optional.ofNullable(path).map(each -> OutputFile.checked(option, each, inputs));
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
