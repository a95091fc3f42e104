// Words were put down by hand as what captions and answers in each language are full of, roughly by frequency.
#include "core/text/language_profiles.h"

#include <array>

namespace winnow::text {

namespace {

    constexpr std::array kProfiles{
        LanguageProfile{Language::English, WritingSystem::Latin, U"",
            "the a of and in to is on with are that it for as at this an by from you or be which there has have can "
            "not his her he she they their two one man woman people some other what image picture photo while into up "
            "its was were three near front over down out standing sitting wearing holding white black red blue green "
            "dog young boy girl small large background around through behind next top side who when these like no yes "
            "then if may more also both all each each but does do would will how your we i about my any several "
            "street water left right shows seen appears between being group looking walking running playing child kid "
            "kids "
            "children person player climbing jumping riding holds wears stands sits runs plays ball field grass "
            "beach snow baby laughing bike car boat lake ocean river mountain rock wall building room table hat shirt "
            "jacket coat soccer "
            "game race racer because why",
            "ing tion ness ight ough ful less ment ally able ould ted ers led ned ched ked ghts ways"},
        LanguageProfile{Language::German, WritingSystem::Latin, U"äöüß",
            "der die und in den das ist von zu mit sich des auf für ein eine nicht es im dem auch als an werden aus er "
            "hat dass sie nach wird bei einer einem einen am sind noch wie um über so zum war haben nur oder aber vor "
            "zur bis mehr durch man kann wenn ich wir ihr mann frau bild zwei drei steht sitzt trägt vor hinter neben "
            "unter keine kein diese dieser dieses hund kind",
            "ung keit heit lich isch chen ieren ssen cht"},
        LanguageProfile{Language::French, WritingSystem::Latin, U"àâæçéèêëîïôœùûüÿ",
            "de la le et les des en un une du est que dans pour qui sur il au pas plus par avec ce se ne sont son sa "
            "ses "
            "aux ou mais nous vous elle cette on ils été comme deux leur fait être tout peut même aussi l d s n qu c j "
            "homme femme image photo devant derrière sous trois blanc noir rouge où très chien y a ont ces",
            "tion ment eux aire ique elle ette ées ants eur eau oir"},
        LanguageProfile{Language::Spanish, WritingSystem::Latin, U"áéíóúüñ",
            "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
            "sobre este ya entre cuando todo esta ser son dos también fue había era muy hasta desde está están hay nos "
            "hombre mujer imagen foto perro tres blanco negro rojo frente otro otra esto ella él junto",
            "ción idad mente ando iendo ado ados aje ero illa"},
        LanguageProfile{Language::Italian, WritingSystem::Latin, U"àèéìíîòóù",
            "di e il la che in un a per è una sono con non del si da al le i della nel dei gli lo delle ha come su "
            "anche "
            "più alla dal ma se o ci questo questa nella sul suo sua due uomo donna immagine foto cane davanti sulla "
            "tra "
            "quando molto essere tre bianco nero rosso mentre degli ai dalla stato l d un c",
            "zione mente ando endo ità ato ata oni elli etto"},
        LanguageProfile{Language::Portuguese, WritingSystem::Latin, U"áâãàçéêíóôõúü",
            "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
            "sua "
            "ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos são "
            "homem mulher imagem foto cachorro dois duas três frente branco preto vermelho estão num numa",
            "ção ções dade mente ando endo ado inho agem eiro"},
        LanguageProfile{Language::Dutch, WritingSystem::Latin, U"éëïèóöü",
            "de van een het en in is dat op te zijn met voor niet aan er om ook als dan maar die hij bij nog naar uit "
            "wordt "
            "of door over ze ik je we heeft hebben werd kan geen deze dit al zo wat veel meer man vrouw twee "
            "afbeelding foto "
            "staat zit hond draagt tegen onder zwart wit rood naast haar hun tot worden",
            "heid lijk ing aan eren ende tje jes ijk oor"},
        LanguageProfile{Language::Swedish, WritingSystem::Latin, U"åäöé",
            "och i att en det som på är av för med till den har de inte om ett han men var jag sig från vi så kan nu "
            "också "
            "hon ut skulle vid mot efter eller där när över under man kvinna två bild hund står sitter bär framför "
            "mycket "
            "vara denna här bara mer hade alla barn vit svart röd",
            "ning het ande ade arna erna lig skt igt"},
        LanguageProfile{Language::Danish, WritingSystem::Latin, U"æøåé",
            "og i at en det som på er af for med til den har de ikke om et han men var jeg sig fra vi så kan nu også "
            "hun ud "
            "ville ved mod efter eller der når over under mand kvinde to billede hund står sidder foran meget være "
            "denne her "
            "kun mere havde alle børn hvid sort rød blev hvad bliver blive kunne findes nogen ingen disse min mine",
            "ning hed ende ede erne lig sk else"},
        LanguageProfile{Language::Norwegian, WritingSystem::Latin, U"æøåé",
            "og i å at en det som på er av for med til den har de ikke om et han men var jeg seg fra vi så kan nå også "
            "hun ut "
            "ville ved mot etter eller der når over under mann kvinne to bilde hund står sitter foran mye være denne "
            "her "
            "bare mer hadde alle barn hvit svart rød ble hva ei noe bli blir kunne finnes noen ingen fra disse etterpå "
            "min mine",
            "ning het ende ene sjon lig elig else"},
        LanguageProfile{Language::Finnish, WritingSystem::Latin, U"äöå",
            "ja on ei että se oli en hän joka mutta ovat kuin myös tai niin sen jos kun vain mukaan ole mitä nyt voi "
            "kanssa "
            "tämä mies nainen kuva kaksi koira edessä istuu seisoo päällä yksi joka hänen ovat sekä olla tässä niitä "
            "eivät",
            "nen ssa ssä lla llä sta stä ksi aan een iin uus ista"},
        LanguageProfile{Language::Polish, WritingSystem::Latin, U"ąćęłńóśźż",
            "w i na z do nie się jest to że o jak po co za od przez dla a ale tak jego czy są był ich oraz może przed "
            "tym ma "
            "które który która przy bez pod mężczyzna kobieta dwa dwie zdjęcie obraz pies stoi siedzi nad być tego "
            "jako "
            "dwóch gdy już tylko ze lub",
            "nie ych ego ość ania ami ów ski owa emu ach"},
        LanguageProfile{Language::Czech, WritingSystem::Latin, U"áčďéěíňóřšťúůýž",
            "a v se na je to že z do s o i k by pro jako za po který ale si od jsou ve byl jeho při podle tak jsem "
            "která však "
            "jen až nebo před již co které ze muž žena dva dvě obrázek fotografie pes stoji sedí nad není také má není "
            "být "
            "jejich mezi pod",
            "ní ých ého ost ání ami ský ová ích ování"},
        LanguageProfile{Language::Hungarian, WritingSystem::Latin, U"áéíóöőúüű",
            "a az és hogy nem is egy meg ez de csak van volt már el mint ha még ki én le mert be azt fel vagy két "
            "férfi nő kép "
            "kutya áll ül előtt mellett fekete fehér piros akkor amely ezt nagy lehet minden után ami sem így",
            "ban ben nak nek val vel ság ség ott ett hoz hez tól ből"},
        LanguageProfile{Language::Romanian, WritingSystem::Latin, U"ăâîșțşţ",
            "de și şi în a la cu pe o care din un nu să se este mai că pentru au al ce sau fi sunt le ca ei lui dar "
            "fost fi "
            "doi două bărbat femeie imagine fotografie câine stă după între până acest această prin fără când alb "
            "negru roșu",
            "ului ilor ător are ează ție ată ește rea"},
        LanguageProfile{Language::Turkish, WritingSystem::Latin, U"çğıöşüâî",
            "ve bir bu da de için ile olarak çok daha en olan gibi o ne kadar sonra var ise ama değil ya her iki adam "
            "kadın "
            "resim fotoğraf köpek önünde üzerinde duran oturan siyah beyaz kırmızı tarafından ki mi olduğu kendi veya",
            "lar ler dir dır iyor ında inde nin nın yor mak mek lık lik"},
        LanguageProfile{Language::Indonesian, WritingSystem::Latin, U"",
            "yang dan di dengan untuk dari ini itu pada dalam tidak adalah ke oleh juga akan atau sebuah seorang ada "
            "dua "
            "mereka bisa karena lebih telah saat kami saya anda sudah gambar foto pria wanita anjing berdiri duduk "
            "depan "
            "atas putih hitam merah anak orang sedang seperti tersebut satu para kepada",
            "nya kan kannya annya ber men ngan"},
        LanguageProfile{Language::Vietnamese, WritingSystem::Latin,
            U"ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            "là của và có một được trong cho không với các người những này khi đã ở đến từ về ra như để hai đang trên "
            "cũng "
            "bức ảnh hình đàn ông phụ nữ chó đứng ngồi trước vào lại nhiều rất thì nhưng đó nó con màu trắng đen đỏ "
            "phía",
            ""},
        LanguageProfile{Language::Russian, WritingSystem::Cyrillic, U"ыэёъ",
            "и в не на с а что он как это по но к из у за от его так же для вы о бы мы все она они или если уже до при "
            "только "
            "был была есть который два две человек мужчина женщина собака стоит сидит перед рядом изображении фото "
            "чёрный "
            "белый красный того быть может потом мои мой когда где очень нет",
            "ость ение ний ого ать ить ются ется ый ая ых"},
        LanguageProfile{Language::Ukrainian, WritingSystem::Cyrillic, U"іїєґ",
            "і в не на з а що він як це по та до у за від його так для ви ми всі вона вони або якщо вже при тільки був "
            "була є "
            "який два дві людина чоловік жінка собака стоїть сидить перед поруч зображенні фото чорний білий червоний "
            "бути "
            "може але й через потім мої мій коли де дуже немає",
            "ість ення ння ого ати ити ться ий ої их"},
        LanguageProfile{Language::Arabic, WritingSystem::Arabic, U"ةيكأإىؤئ",
            "في من على إلى أن عن مع هذا هذه التي الذي كان لا ما هو هي أو كما بعد بين قد كل لم ذلك رجل امرأة صورة كلب "
            "أمام و "
            "يقف يجلس ثم حيث قبل غرفة عند يوم لكن",
            ""},
        LanguageProfile{Language::Persian, WritingSystem::Arabic, U"پچژگکی",
            "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز شده می شود او ما یا اما دو مرد زن تصویر عکس "
            "سگ روی "
            "های ها بود",
            ""},
    };

} // namespace

std::span<const LanguageProfile> languageProfiles() { return kProfiles; }

} // namespace winnow::text
