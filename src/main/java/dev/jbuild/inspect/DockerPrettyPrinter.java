package dev.jbuild.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;

/** JSON laid out as Go's encoder does it. */
public final class DockerPrettyPrinter extends DefaultPrettyPrinter {
    private static final long serialVersionUID = 1;

    private final String indentation;

    /** With four blanks of indentation, as docker inspect has it. */
    DockerPrettyPrinter() {
        this("    ");
    }

    public DockerPrettyPrinter(String indentation) {
        this.indentation = indentation;
        DefaultIndenter indenter = new DefaultIndenter(indentation, "\n");
        indentObjectsWith(indenter);
        indentArraysWith(indenter);
    }

    @Override
    public DefaultPrettyPrinter createInstance() {
        return new DockerPrettyPrinter(indentation);
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
        generator.writeRaw(": ");
    }

    @Override
    public void writeEndObject(JsonGenerator generator, int entries) throws IOException {
        if (entries == 0) {
            _nesting--;
            generator.writeRaw('}');
        } else {
            super.writeEndObject(generator, entries);
        }
    }

    @Override
    public void writeEndArray(JsonGenerator generator, int values) throws IOException {
        if (values == 0) {
            _nesting--;
            generator.writeRaw(']');
        } else {
            super.writeEndArray(generator, values);
        }
    }
}
