package dev.jbuild.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.testing.SharedVectors;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ImageReferenceTest {
    @TestFactory
    Stream<DynamicTest> sharedVectors() throws IOException {
        return SharedVectors.load("reference.json").stream()
                .map(vector -> DynamicTest.dynamicTest(
                        vector.get("id").asText() + " " + vector.get("input").asText(), () -> check(vector)));
    }

    private static void check(JsonNode vector) {
        String input = vector.get("input").asText();
        JsonNode expect = vector.get("expect");
        if (expect.has("parse")) {
            assertThat(strict(input)).isEqualTo(expect.get("parse"));
        }
        if (expect.has("normalize")) {
            assertThat(normalized(input)).isEqualTo(expect.get("normalize"));
        }
        if (expect.has("any")) {
            String any = ImageReference.imageId(input)
                    .map(Digest::toString)
                    .orElseGet(() -> ImageReference.parseNormalized(input).toString());
            assertThat(any).isEqualTo(expect.get("any").asText());
        }
        if (expect.has("docker_ref")) {
            assertThat(ImageReference.parse(input).preferringDigest())
                    .hasToString(expect.get("docker_ref").asText());
        }
    }

    private static ObjectNode strict(String input) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        try {
            put(json, ImageReference.parseStrict(input));
        } catch (IllegalArgumentException e) {
            json.put("error", e.getMessage());
        }
        return json;
    }

    private static ObjectNode normalized(String input) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        try {
            ImageReference reference = ImageReference.parseNormalized(input);
            put(json, reference);
            json.put("familiar_name", reference.familiarName());
            json.put("familiar_string", reference.familiar());
            json.put("name_only", reference.isNameOnly());
            json.put("tag_name_only", ImageReference.parse(input).toString());
        } catch (IllegalArgumentException e) {
            json.put("error", e.getMessage());
        }
        return json;
    }

    private static void put(ObjectNode json, ImageReference reference) {
        json.put("string", reference.toString());
        json.put("name", reference.name());
        json.put("domain", reference.domain());
        json.put("path", reference.path());
        reference.tag().ifPresent(tag -> json.put("tag", tag));
        reference.digest().ifPresent(digest -> json.put("digest", digest.toString()));
    }

    @Test
    void acceptsSha512() {
        String reference = "docker.io/library/busybox@sha512:" + "a".repeat(128);
        assertThat(ImageReference.parse(reference)).hasToString(reference);
    }

    @Test
    void refusesAnEndOfLine() {
        assertThatThrownBy(() -> ImageReference.parse("busybox\n")).hasMessage("invalid reference format");
    }

    @Test
    void hostileNamesAreRefusedQuickly() {
        String hostile = "a-".repeat(20_000) + "!";
        assertThatThrownBy(() -> ImageReference.parse(hostile)).hasMessage("invalid reference format");
        assertThatThrownBy(() -> ImageReference.parse("a.".repeat(20_000) + "/" + hostile))
                .hasMessage("invalid reference format");
    }

    @Test
    void anIdIsNotAName() {
        assertThat(ImageReference.imageId("ab".repeat(32))).hasValue(new Digest("sha256", "ab".repeat(32)));
        assertThat(ImageReference.imageId("busybox")).isEmpty();
    }
}
