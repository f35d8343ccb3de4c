package io.espalier.benchmarks;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Results of steps that never ran, for a benchmark to judge. */
public final class MadeUpResults {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    private final Setting setting;
    private final Results results;

    public MadeUpResults(Path folder, int seeds) {
        this.setting = new Setting(seeds, Optional.of(folder), folder);
        this.results = new Results(folder);
    }

    public Setting setting() {
        return setting;
    }

    /** In place of what the step had before; names may stand in single quotes. */
    public MadeUpResults with(String step, String json) throws IOException {
        return with(step, (ObjectNode) JSON.readTree(json));
    }

    public MadeUpResults with(String step, ObjectNode result) throws IOException {
        results.keep(step, result);
        return this;
    }

    public Verdict judgedBy(Benchmark benchmark) {
        return benchmark.judge(
                results, setting, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }
}
