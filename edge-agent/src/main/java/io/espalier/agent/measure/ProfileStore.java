package io.espalier.agent.measure;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.state.AtomicFile;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.RuntimeKey;
import io.espalier.trust.HardwareClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The latest profile of each suite this device has measured, on disk. */
public final class ProfileStore {
    private static final String SUFFIX = ".pb";

    private final Path folder;

    public ProfileStore(Path folder) {
        this.folder = folder;
    }

    public void put(DeviceProfile profile) throws IOException {
        AtomicFile.at(file(new Sha256(profile.getSuiteDigest()))).write(profile.toByteArray());
    }

    /** Whether the suite was measured under just this key and on such hardware; other timings must not be compared. */
    public boolean has(Sha256 suite, RuntimeKey key, HardwareClass hardware) {
        return read(file(suite))
                .filter(profile -> profile.getRuntime().equals(key)
                        && HardwareReader.classOf(profile.getHardware()).equals(hardware))
                .isPresent();
    }

    public List<DeviceProfile> all() throws IOException {
        List<DeviceProfile> profiles = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .forEach(file -> read(file).ifPresent(profiles::add));
        }
        return profiles;
    }

    private Path file(Sha256 suite) {
        return folder.resolve(suite + SUFFIX);
    }

    private static Optional<DeviceProfile> read(Path file) {
        try {
            Optional<byte[]> content = AtomicFile.at(file).read();
            return content.isEmpty() ? Optional.empty() : Optional.of(DeviceProfile.parseFrom(content.get()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty(); // Measured again.
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read profile " + file, e);
        }
    }
}
