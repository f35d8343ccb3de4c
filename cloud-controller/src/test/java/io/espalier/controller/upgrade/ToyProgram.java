package io.espalier.controller.upgrade;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.GZIPOutputStream;

/** An archive as {@code ./espalier package} makes it, with next to nothing in its files. */
public final class ToyProgram {
    public static final int AMD64 = 0x3e;
    static final int ARM64 = 0xb7;
    private static final String ROOT = "espalier-agent-1-toy/";
    private static final int BLOCK = 512;

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    public static ToyProgram of(String version, int machine) {
        return new ToyProgram()
                .with("bin/espalier-agent", "#!/bin/sh".getBytes(StandardCharsets.UTF_8))
                .with("program/kafka-clients.jar", new byte[600])
                .with("program/libonnxruntime.so", library(machine))
                .with("program/edge-agent.jar", jar("io/espalier/agent/AgentMain.class", version));
    }

    ToyProgram with(String name, byte[] content) {
        files.put(ROOT + name, content);
        return this;
    }

    ToyProgram without(String name) {
        files.remove(ROOT + name);
        return this;
    }

    static byte[] library(int machine) {
        byte[] header = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, header, 0, 7);
        header[18] = (byte) machine;
        return header;
    }

    static byte[] jar(String entry, String version) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new JarEntry(entry));
            jar.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    byte[] tar() {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(header(ROOT, 0, '5'));
        files.forEach((name, content) -> {
            tar.writeBytes(header(name, content.length, '0'));
            tar.writeBytes(content);
            tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        });
        tar.writeBytes(new byte[2 * BLOCK]);
        return tar.toByteArray();
    }

    public byte[] archive() {
        return gzip(tar());
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] header(String name, long sizeBytes, char type) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 124, String.format(Locale.ROOT, "%011o", sizeBytes));
        header[156] = (byte) type;
        put(header, 257, "ustar\0" + "00");
        put(header, 148, "        ");
        long sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
