package io.espalier.controller.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/problems.md says that it lists every type. */
class ProblemsDocumentTest {
    /** The call, its status, and the kind; a kind that is no literal stands for a status of HTTP's own. */
    private static final Pattern GIVEN = Pattern.compile("Problem\\s*\\.of\\(\\s*\\d+,\\s*\"([a-z-]+)\"");

    private static final Pattern LISTED = Pattern.compile("`([a-z-]+)`");

    @Test
    void listsEveryTypeThatTheApiGivesAndNoOther() throws IOException {
        Set<String> given;
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            given = sources.filter(source -> source.toString().endsWith(".java"))
                    .flatMap(source -> GIVEN.matcher(read(source)).results().map(found -> found.group(1)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        Set<String> listed = read(Path.of("..", "docs", "problems.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> LISTED.matcher(line.split("\\|")[1]).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(given).contains("not-found", "budget-below-floor").isEqualTo(listed);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError("Cannot read " + file, e);
        }
    }
}
