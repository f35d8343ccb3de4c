package io.espalier.agent.config;

import io.espalier.agent.link.PlainText;
import io.espalier.proto.DeviceId;
import io.espalier.tls.ClaimBundle;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Reads a properties file, lets {@code ESPALIER_AGENT_...} variables override it, and reports every problem at once. */
public final class AgentConfigReader {
    private final Map<String, String> environment;

    public AgentConfigReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    public AgentConfig read(Path file) throws ConfigException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file");
        } catch (CharacterCodingException e) {
            throw unreadable(file, "it is not text in UTF-8");
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(file, String.valueOf(e.getMessage()));
        }
        return read(properties);
    }

    private static ConfigException unreadable(Path file, String why) {
        return new ConfigException(
                List.of("cannot read " + file + " (" + why + "): --config must name a readable properties file"));
    }

    AgentConfig read(Properties properties) throws ConfigException {
        Settings settings = new Settings(properties, environment);
        Optional<ClaimBundle> bundle = settings.optional("claim.bundle", ClaimBundle::parse);
        Optional<ClaimBundle> ofFile = settings.optional("claim.bundle.file", AgentConfigReader::bundle);
        bundle = bundle.or(() -> ofFile);
        Optional<String> token = settings.optional("claim.token", value -> value);
        AgentConfig config = new AgentConfig(
                settings.required("device.id", DeviceId::new, new DeviceId("unset"), "a name such as line3-camera_2"),
                controller(settings, bundle),
                bundle.map(ClaimBundle::token).or(() -> token),
                bundle.map(ClaimBundle::authority),
                settings.required("state.dir", Path::of, Path.of("."), "a folder that only this agent writes to"),
                (int) settings.number("serve.port", 8770, 0, 65_535),
                settings.optional("replay.source", Path::of),
                (int) settings.number("replay.batch", 100, 1, 100_000),
                Duration.ofMillis(settings.number("replay.interval.millis", 1_000, 1, 86_400_000)),
                (int) settings.number("simulate.slowdown", 1, 1, 1_000),
                settings.optional("host.lock", Path::of),
                (int) settings.number("threads", 1, 1, 256),
                Duration.ofMillis(settings.number("telemetry.window.millis", 5_000, 100, 3_600_000)),
                settings.parsed("telemetry.sink", AgentConfig.SinkKind.KAFKA, AgentConfigReader::sink, "kafka or mqtt"),
                settings.number("spool.max.bytes", 16L << 20, 1L << 16, 1L << 40),
                Duration.ofHours(settings.number("spool.max.age.hours", 168, 1, 87_600)),
                settings.parsed("golden.tolerance", 1e-3, AgentConfigReader::tolerance, "a number such as 0.001"),
                settings.parsed("exit.with.parent", false, AgentConfigReader::flag, "true or false"));
        settings.throwIfAnythingIsWrong();
        return config;
    }

    /** The bundle's, unless the controller has moved since. */
    private static URI controller(Settings settings, Optional<ClaimBundle> bundle) {
        if (bundle.isPresent()) {
            return settings.parsed(
                    "controller.url",
                    bundle.get().controller(),
                    AgentConfigReader::httpUrl,
                    "such as https://HOST:PORT");
        }
        return settings.optional("controller.url", AgentConfigReader::httpUrl).orElseGet(() -> {
            settings.requireAny(
                    "the line from the operator (POST /api/v1/claim-tokens), or set controller.url and claim.token for"
                            + " a controller on this machine",
                    "claim.bundle",
                    "claim.bundle.file",
                    "controller.url");
            return URI.create("http://unset");
        });
    }

    private static ClaimBundle bundle(String file) {
        try {
            return ClaimBundle.parse(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new IllegalArgumentException("it cannot be read (" + e + ")", e);
        }
    }

    private static URI httpUrl(String value) {
        URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("it is not an http or https URL with a host");
        }
        if ("http".equals(uri.getScheme()) && !PlainText.isLoopback(uri.getHost())) {
            throw new IllegalArgumentException("it would go over the network in the clear: ask the operator for a claim"
                    + " bundle and set claim.bundle to it, with no controller.url");
        }
        return uri;
    }

    private static double tolerance(String value) {
        double tolerance = Double.parseDouble(value);
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new IllegalArgumentException("it must lie between 0 and 1");
        }
        return tolerance;
    }

    private static AgentConfig.SinkKind sink(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "kafka" -> AgentConfig.SinkKind.KAFKA;
            case "mqtt" -> AgentConfig.SinkKind.MQTT;
            default -> throw new IllegalArgumentException("there is no such sink");
        };
    }

    private static boolean flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it is neither true nor false");
        };
    }
}
