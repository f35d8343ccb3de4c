package io.espalier.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Every case by name, with pass or fail: a page for people, and the same as JSON. */
record Report(List<CaseResult> results) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Report {
        results = List.copyOf(results);
    }

    long passed() {
        return results.stream().filter(CaseResult::passed).count();
    }

    boolean holds() {
        return passed() == results.size();
    }

    /** The last line of a run. */
    String line() {
        return "faults: " + passed() + " of " + results.size();
    }

    /** Writes {@code report.html} and {@code report.json}. */
    void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.html"), html());
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("report.json").toFile(), json());
    }

    private ObjectNode json() {
        ObjectNode root = JSON.createObjectNode().put("passed", passed()).put("cases", results.size());
        ArrayNode cases = root.putArray("results");
        for (CaseResult each : results) {
            cases.addObject()
                    .put("group", each.of().group())
                    .put("name", each.of().name())
                    .put("passed", each.passed())
                    .put("seconds", each.took().toMillis() / 1e3)
                    .put("complaint", each.complaint());
        }
        return root;
    }

    private String html() {
        StringBuilder page = new StringBuilder("""
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>Espalier: what a device survives</title>
                <style>
                :root { color-scheme: light dark; --pass: light-dark(#176b3a, #6fd49a); --fail: light-dark(#a3161f, #ff8b8b);
                  --line: light-dark(#ddd, #444); }
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
                table { border-collapse: collapse; width: 100%; table-layout: fixed; }
                th:nth-child(2) { width: 5rem; } th:last-child { width: 6rem; }
                td, th { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
                td:last-child, th:last-child { text-align: right; white-space: nowrap; }
                .pass { color: var(--pass); } .fail { color: var(--fail); font-weight: 600; }
                small { display: block; overflow-wrap: anywhere; }
                </style>
                """);
        page.append("<h1>")
                .append(line())
                .append("</h1>\n<p>After every fault the device serves a whole model that it was")
                .append(
                        " given, comes to the one that is desired, and has lost no telemetry without counting it.</p>\n");
        Map<String, StringBuilder> tables = new LinkedHashMap<>();
        for (CaseResult each : results) {
            tables.computeIfAbsent(each.of().group(), group -> new StringBuilder())
                    .append(row(each));
        }
        tables.forEach((group, rows) -> page.append("<h2>")
                .append(escape(group))
                .append("</h2>\n<table>\n<tr><th>Case<th>Result<th>Seconds\n")
                .append(rows)
                .append("</table>\n"));
        return page.append("</html>\n").toString();
    }

    private static String row(CaseResult result) {
        String complaint = result.passed() ? "" : "<small>" + escape(result.complaint()) + "</small>";
        String verdict = result.passed() ? "pass" : "fail";
        return "<tr><td>%s%s<td class=\"%s\">%s<td>%s%n"
                .formatted(
                        escape(result.of().name()),
                        complaint,
                        verdict,
                        verdict,
                        String.format(Locale.ROOT, "%.1f", result.took().toMillis() / 1e3));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
