package io.espalier.pruning.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A device's timings as a file; the same fields as {@code device} of a job. */
public final class ProfileJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ProfileJson() {}

    public static DeviceTimings read(Path file) {
        List<String> problems = new ArrayList<>();
        try {
            Optional<DeviceTimings> device =
                    JobReader.device(new JsonFields(JSON.readTree(Files.readString(file)), "", problems), problems);
            if (problems.isEmpty() && device.isPresent()) {
                return device.get();
            }
        } catch (JsonProcessingException e) {
            problems.add("it is not JSON: " + e.getOriginalMessage());
        } catch (NoSuchFileException e) {
            problems.add("there is no such file: make one on the device with --save-profile");
        } catch (IOException e) {
            problems.add("it cannot be read (" + e + "): is it a file made with --save-profile?");
        }
        throw new InvalidInputException("The profile " + file + " cannot be used", problems);
    }

    public static byte[] bytes(DeviceTimings device) {
        try {
            return JSON.writeValueAsBytes(tree(device));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain values can be written", e);
        }
    }

    static ObjectNode tree(DeviceTimings device) {
        ObjectNode root = JSON.createObjectNode();
        timings(root.putArray("baseTimings"), device.base());
        timings(root.putArray("modelTimings"), device.model());
        root.put("denseP50Micros", device.denseP50Micros());
        root.put("denseP95Micros", device.denseP95Micros());
        root.put("correction", device.correction());
        device.denseMillijoules().ifPresent(energy -> root.put("denseMillijoules", energy));
        return root;
    }

    private static void timings(ArrayNode array, List<Timing> timings) {
        for (Timing each : timings) {
            array.addObject()
                    .put("probe", each.probe())
                    .put("medianMicros", each.medianMicros())
                    .put("p95Micros", each.p95Micros())
                    .put("samples", each.samples())
                    .put("noise", each.noise());
        }
    }
}
