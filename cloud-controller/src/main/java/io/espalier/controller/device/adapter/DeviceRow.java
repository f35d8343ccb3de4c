package io.espalier.controller.device.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.Labels;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the table device. */
public record DeviceRow(
        String id,
        String groupName,
        String labels,
        @Nullable String agentVersion,
        Instant enrolledAt,
        @Nullable Instant retiredAt) {
    static final String COLUMNS = "id, group_name, cast(labels as text) labels, agent_version, enrolled_at, retired_at";

    private static final ObjectMapper JSON = new ObjectMapper();

    Device device() {
        return new Device(
                new DeviceId(id), new GroupName(groupName), labels(labels), agentVersion, enrolledAt, retiredAt);
    }

    static Labels labels(String json) {
        try {
            return new Labels(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Labels in the database are not readable: " + json, e);
        }
    }

    static String json(Labels labels) {
        try {
            return JSON.writeValueAsString(labels.values());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Labels cannot be written: " + labels, e);
        }
    }
}
