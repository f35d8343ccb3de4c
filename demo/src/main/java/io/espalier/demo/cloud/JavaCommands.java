package io.espalier.demo.cloud;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a program of the project is started, by the Java that runs now.
 *
 * @param project where it is built
 */
public record JavaCommands(Path project) {
    // Short-lived processes on few cores: the quick compiler and the simple collector start sooner and disturb
    // neighbours that are being timed less.
    private static final List<String> LIGHT =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto");

    /** A main class of a module, with the module's own libraries. */
    public List<String> module(String module, String main, List<String> options, List<String> arguments) {
        Path target = project.resolve(module).resolve("target");
        List<String> command = java(options);
        command.addAll(List.of("-cp", target.resolve(module + ".jar") + ":" + target.resolve("lib") + "/*", main));
        command.addAll(arguments);
        return command;
    }

    /** A jar that names its main class. */
    public List<String> jar(List<String> options, Path jar) {
        List<String> command = java(options);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    private static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(LIGHT);
        return command;
    }
}
