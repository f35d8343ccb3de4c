package io.espalier.demo.kill;

import io.espalier.demo.api.ControllerApi;
import io.espalier.demo.api.Device;
import io.espalier.demo.api.Job;
import io.espalier.demo.story.DemoDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One process of each kind, and the moment at which losing it is worst, in an order that leaves each its moment: training
 * goes on while the servers are away, so who is to lose a worker must not lose the servers first.
 */
enum Victim {
    /** Profiles and reports arrive, and cannot be stored. */
    POSTGRES("a device measures itself, beside its first model") {
        @Override
        Optional<Blow> moment(RunningDemo demo) throws Exception {
            boolean measuring =
                    devices(demo).stream().anyMatch(device -> device.active() != null && device.budget() == null);
            Optional<ProcessHandle> postmaster = measuring ? demo.postmaster() : Optional.empty();
            return postmaster.map(victim -> new Blow(
                    victim,
                    () -> demo.postmaster().filter(next -> !next.equals(victim)).isPresent()));
        }
    },

    WORKER("it trains, with its libraries unpacked in its job's folder") {
        @Override
        Optional<Blow> moment(RunningDemo demo) throws Exception {
            for (Job job : pruning(demo)) {
                Optional<ProcessHandle> worker = demo.worker(job.id());
                if ("fine-tune".equals(job.stage())
                        && worker.isPresent()
                        && holdsAFile(demo.job(job.id()).resolve("tmp"))) {
                    return worker.map(victim -> new Blow(
                            victim,
                            () -> demo.worker(job.id())
                                    .filter(next -> !next.equals(victim))
                                    .isPresent()));
                }
            }
            return Optional.empty();
        }
    },

    CONTROLLER("a worker trains for it") {
        @Override
        Optional<Blow> moment(RunningDemo demo) throws Exception {
            boolean training = pruning(demo).stream().anyMatch(job -> "fine-tune".equals(job.stage()));
            return training ? supervised(demo, "controller") : Optional.empty();
        }
    },

    /** All three servers go at once while a worker is at work, telemetry flows and orders are under way. */
    STACK("a job runs that prunes for a device") {
        @Override
        Optional<Blow> moment(RunningDemo demo) throws Exception {
            return pruning(demo).isEmpty() ? Optional.empty() : supervised(demo, "stack");
        }
    },

    /** It has a model that serves, and another one half-way. */
    AGENT("it fetches or tries its variant") {
        @Override
        Optional<Blow> moment(RunningDemo demo) throws Exception {
            for (Device device : devices(demo)) {
                if (device.state().equals("delivering") && device.active() != null) {
                    return supervised(demo, device.id());
                }
            }
            return Optional.empty();
        }
    };

    private final String when;

    Victim(String when) {
        this.when = when;
    }

    /** A process to kill, and how to see that another has taken its place. */
    record Blow(ProcessHandle process, Recovery recovered) {}

    interface Recovery {
        boolean complete() throws IOException;
    }

    /** In words, after "when". */
    String when() {
        return when;
    }

    /** The blow, if now is the moment. */
    abstract Optional<Blow> moment(RunningDemo demo) throws Exception;

    private static Optional<Blow> supervised(RunningDemo demo, String name) {
        String again = name + " is running again";
        long before = demo.timesTold(again);
        return demo.child(name).map(victim -> new Blow(victim, () -> demo.timesTold(again) > before));
    }

    private static List<Device> devices(RunningDemo demo) throws Exception {
        Optional<ControllerApi> api = demo.api();
        return api.isEmpty() ? List.of() : api.get().devices(DemoDevice.GROUP);
    }

    private static List<Job> pruning(RunningDemo demo) throws Exception {
        Optional<ControllerApi> api = demo.api();
        return api.isEmpty()
                ? List.of()
                : api.get().jobs().stream()
                        .filter(job -> job.kind().equals("prune") && job.running())
                        .toList();
    }

    private static boolean holdsAFile(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var files = Files.walk(folder)) {
            return files.anyMatch(Files::isRegularFile);
        }
    }
}
