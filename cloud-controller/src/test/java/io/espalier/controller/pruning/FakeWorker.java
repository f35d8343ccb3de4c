package io.espalier.controller.pruning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that behaves as a worker may: run in a JVM of its own by the tests of the process handling. */
final class FakeWorker {
    private FakeWorker() {}

    public static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "progress" -> {
                System.out.println("{\"type\":\"progress\",\"stage\":\"fine-tune\",\"done\":3,\"total\":10}");
                System.out.println("not json");
            }
            case "fail" -> {
                for (int i = 0; i < 10_000; i++) {
                    System.err.println("line " + i);
                }
                System.exit(1);
            }
            case "unpack-and-wait" -> {
                System.out.println(Files.writeString(Files.createTempFile("native", ".so"), "large"));
                int ignored = System.in.read();
            }
            case "wait-for-stdin" -> {
                System.out.println("started");
                int ignored = System.in.read();
                Files.writeString(Path.of("saw-the-end"), "");
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
